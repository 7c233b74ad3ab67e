using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Evaluation.Cleaning;
using Xunit;

namespace PetBreeds.Tests.Evaluation.Cleaning;

public sealed class CleaningSessionTests : IDisposable
{
    private static readonly string[] Classes = ["cat", "dog", "fox"];
    private readonly TempFolder _folder = new();

    private string Csv => Path.Combine(_folder.Path, "cleaning.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_decision_is_in_the_file_at_once_and_can_be_taken_back()
    {
        var session = Session();
        session.Decide(0, CleaningAction.Delete, null);
        Assert.Equal(["0,delete,,cat"], Rows());
        session.Decide(1, CleaningAction.Relabel, 2);
        session.Decide(0, CleaningAction.Keep, null);
        Assert.Equal(["0,keep,,cat", "1,relabel,fox,dog"], Rows());
        Assert.Equal([0, 1, 0], new[] { session.Undo(), session.Undo(), session.Undo() });
        Assert.Empty(Rows());
        Assert.Null(session.Undo());
    }

    [Fact]
    public void To_relabel_as_it_is_means_to_keep()
    {
        var session = Session();
        session.Decide(1, CleaningAction.Relabel, 1);
        Assert.Equal(["1,keep,,dog"], Rows());
    }

    [Fact]
    public void A_label_that_was_corrected_before_is_kept_corrected()
    {
        var session = Session(judged: [2, 1, 2, 0, 1, 2]); // photo 0 is a cat in the data set; the run learned it as a fox
        session.Decide(0, CleaningAction.Keep, null);
        Assert.Equal(["0,relabel,fox,cat"], Rows());
        session.Decide(0, CleaningAction.Relabel, 0);
        Assert.Equal(["0,keep,,cat"], Rows());
    }

    [Fact]
    public void It_goes_on_where_it_was_left_and_loses_nothing()
    {
        Session().Decide(2, CleaningAction.Delete, null);
        CleaningDecision[] before = [.. CleaningFile.Read(Csv), new("elsewhere", CleaningAction.Delete, null, "cat")];
        var session = Session(before);
        Assert.Equal(CleaningAction.Delete, session.DecisionOn(2)?.Action);
        session.Decide(0, CleaningAction.Keep, null);
        Assert.Equal(["0,keep,,cat", "2,delete,,fox", "elsewhere,delete,,cat"], Rows());
        Assert.Contains("line 7", Assert.Throws<UserException>(() =>
            Session([new("0", CleaningAction.Relabel, "lion", "cat", 7)])).Message);
    }

    [Fact]
    public void What_cannot_be_saved_is_not_decided()
    {
        var session = Session();
        session.Decide(0, CleaningAction.Delete, null);
        Directory.CreateDirectory(Csv + ".tmp"); // the temporary file's place is taken
        Assert.Throws<UserException>(() => session.Decide(0, CleaningAction.Keep, null));
        Assert.Throws<UserException>(() => session.Decide(1, CleaningAction.Keep, null));
        Assert.Throws<UserException>(() => session.Undo());
        Assert.Equal((CleaningAction.Delete, null), (session.DecisionOn(0)?.Action, session.DecisionOn(1)));
        Directory.Delete(Csv + ".tmp");
        Assert.Equal(0, session.Undo());
        Assert.Empty(Rows());
    }

    [Fact]
    public void Photos_are_chosen_by_view_class_split_and_what_is_open()
    {
        var session = Session();
        session.Decide(4, CleaningAction.Keep, null);
        session.Decide(1, CleaningAction.Keep, null);
        Assert.Equal([0, 1], Find(CleaningView.Suspects));
        Assert.Equal([0], Find(CleaningView.Suspects, open: true));
        Assert.Equal([0, 1, 2, 3, 4, 5], Find(CleaningView.All));
        Assert.Equal([1, 4], Find(CleaningView.All, label: 1));
        Assert.Equal([3], Find(CleaningView.All, label: 0, split: Split.Valid));
        Assert.Equal([1, 5, 2, 4], Find(CleaningView.Copies));
        Assert.Equal([1, 5], Find(CleaningView.Copies, split: Split.Valid)); // a group stays whole: 1 is for training
        Assert.Equal([1, 4], Find(CleaningView.Decided)); // the latest first
        session.Undo();
        Assert.Equal([4], Find(CleaningView.Decided));

        IReadOnlyList<int> Find(CleaningView view, int? label = null, Split? split = null, bool open = false) =>
            session.Find(new CleaningQuery(view, label, split, open));
    }

    /// <summary>
    /// Six photos, 0 to 5, of the classes in turn; the last three are for validation, the first two are doubted; 1 and 5, 2 and 4 are
    /// copies.
    /// </summary>
    private CleaningSession Session(CleaningDecision[]? before = null, int[]? judged = null)
    {
        int[] labels = [0, 1, 2, 0, 1, 2];
        var photos = labels.Select((label, i) => new RankedPhoto(
            new PhotoItem($"/{i}", $"{i}", (judged ?? labels)[i], i is 3 or 5 ? Split.Valid : Split.Train), 0, 1, 0, i < 2));
        return new CleaningSession(Classes, [.. photos], [[1, 5], [2, 4]], [.. labels.Select(label => Classes[label])], Csv, before ?? []);
    }

    private string[] Rows() => [.. File.ReadAllLines(Csv).Skip(1)];
}
