using System.Text.Json;
using System.Text.Json.Serialization;
using PetBreeds.Distributed;
using Xunit;

namespace PetBreeds.Tests.Distributed;

public class SharedWorkTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 7)]
    [InlineData(3, 6)]
    [InlineData(4, 2)]
    [InlineData(2, 0)]
    public void Rank_0_gets_all_results_in_order_and_each_rank_does_its_part(int ranks, int items)
    {
        string[] expected = [.. Enumerable.Range(0, items).Select(i => $"{i} by {i % ranks}")];
        var results = ThreadGroup.Run(ranks, group =>
        {
            var shared = new SharedWork<int, string>(group, item => $"{item} by {group.Rank}");
            if (group.Rank > 0)
            {
                shared.Follow();
                return [];
            }
            string[] first = [.. shared.Results(Enumerable.Range(0, items))];
            Assert.Equal(first, shared.Results(Enumerable.Range(0, items))); // the others still follow
            shared.Release();
            return first;
        });
        Assert.Equal(expected, results[0]);
    }

    [Fact]
    public void Errors_arrive_whole_but_for_their_cause()
    {
        var sent = new Answer(new UserException("too dark", "cat.jpg", "Use a lamp.", new IOException()) { Next = NextStep.VerifyData });
        var error = JsonSerializer.Deserialize<Answer>(JsonSerializer.Serialize(sent))!.Error!;
        Assert.Equal(("too dark", "cat.jpg", "Use a lamp.", NextStep.VerifyData), (error.Problem, error.Place, error.Remedy, error.Next));
        Assert.Null(JsonSerializer.Deserialize<Answer>(JsonSerializer.Serialize(new Answer(null)))!.Error);
    }

    [Fact]
    public void What_differs_between_ranks_is_named()
    {
        var error = Assert.Throws<UserException>(() => ThreadGroup.Run<bool>(3, group =>
        {
            group.RequireSame([(byte)(group.Rank == 1 ? 9 : 4)], "models", "Give every machine the same model file.");
            return true;
        }));
        Assert.Equal("the processes have different models: rank 1 differs from rank 0", error.Problem);
        Assert.Equal("Give every machine the same model file.", error.Remedy);
    }

    private sealed record Answer([property: JsonConverter(typeof(ErrorConverter))] UserException? Error);
}
