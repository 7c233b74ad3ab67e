using PetBreeds.Catalog.Verification;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Catalog.Verification;

public class NearCopiesTests
{
    [Fact]
    public void Copies_are_found_among_presized_pixels()
    {
        RgbImage?[] photos = [Scene.Draw(1), Scene.Draw(2), Scene.Draw(1, 200, 150), null, Scene.Draw(3), Scene.Draw(3), Scene.Draw(4)];
        var told = 0;
        var groups = NearCopies.Find(photos.Length, (i, read) =>
        {
            if (photos[i] is { } photo)
                read(photo.Width, photo.Height, photo.Pixels);
            return photos[i] is not null;
        }, done => Interlocked.Increment(ref told), CancellationToken.None);
        Assert.Equal(["0 2", "4 5"], groups.Select(group => string.Join(' ', group)));
        Assert.Equal(photos.Length, told);
    }

    [Fact]
    public void A_photo_that_is_gone_has_no_copies() => Assert.Empty(
        NearCopies.Find(2, (_, _) => throw new UserException("the pixels are damaged and the photo is gone"), null,
            CancellationToken.None));
}
