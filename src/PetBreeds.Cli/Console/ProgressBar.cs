using Spectre.Console;

namespace PetBreeds.Cli.Console;

/// <summary>A live bar with the time left; without a terminal, a plain line now and then.</summary>
internal sealed class ProgressBar
{
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(15);

    private readonly string _title;
    private readonly ProgressTask? _task;
    private readonly TimeProvider _time;
    private readonly long _start;
    private TimeSpan _nextPlain = PlainEvery;

    private ProgressBar(string title, ProgressTask? task, TimeProvider? time = null)
    {
        (_title, _task, _time) = (title, task, time ?? TimeProvider.System);
        _start = _time.GetTimestamp();
    }

    /// <summary>Shows a bar while some work runs, and removes it at the end. Notes written meanwhile stay above it.</summary>
    public static T Run<T>(string title, Func<ProgressBar, T> work)
    {
        if (!Terminal.IsLive)
            return work(new ProgressBar(title, null));
        return Terminal.Error.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn())
            .Start(context => work(new ProgressBar(title, context.AddTask(Markup.Escape(title), maxValue: 1))));
    }

    /// <summary>Updates the bar.</summary>
    /// <param name="done">Of <paramref name="total"/>; any unit.</param>
    /// <param name="total">Above 0.</param>
    /// <param name="detail">Shown beside the time left.</param>
    /// <param name="timeLeft">If known better than the elapsed time tells.</param>
    public void Report(double done, double total, string detail, TimeSpan? timeLeft = null)
    {
        var elapsed = _time.GetElapsedTime(_start);
        var share = total > 0 ? Math.Clamp(done / total, 0, 1) : 0;
        timeLeft ??= share > 0 ? elapsed * ((1 - share) / share) : null;
        var left = timeLeft is { } time ? $"{Terminal.Duration(time)} left" : "";
        var text = string.Join(" · ", new[] { _title, detail, left }.Where(part => part.Length > 0));
        if (_task is not null)
        {
            _task.Description = Markup.Escape(text);
            _task.Value = share;
        }
        else if (elapsed >= _nextPlain && share < 1)
        {
            Terminal.Note($"{text} ({share:0%})");
            _nextPlain = elapsed + PlainEvery;
        }
    }
}
