using PetBreeds.Training.Configuration;

namespace PetBreeds.Reports.Html;

/// <summary>With what settings and where it ran.</summary>
internal static class SettingsSection
{
    public static Markup Draw(ReportData data)
    {
        var usual = new TrainOptions();
        var settings = Setting.All.Where(setting => setting.Get(data.Config) is not null);
        return Markup.Of($"""
            <section id="settings"><h2>Settings and environment</h2>
            <p class="lead">Enough to repeat the run: <code>petbreeds train --config {data.Name}/config.yaml</code>. Settings that differ from the defaults are in bold.</p>
            <div class="charts"><div><h3 style="margin-top:0">Settings</h3><table class="facts"><tbody>
            {Markup.Join(settings.Select(setting => Row(setting.Key, setting.Get(data.Config)!, setting.Get(data.Config) != setting.Get(usual))))}
            </tbody></table></div><div><h3 style="margin-top:0">Environment</h3><table class="facts"><tbody>
            {Markup.Join(data.Environment.Select(fact => Row(fact.Name.Replace('_', ' '), fact.Value, false)))}
            </tbody></table><h3>Model file</h3><table class="facts"><tbody>
            {Markup.Join(data.Card.Provenance.Select(fact => Row(fact.Key.Replace('_', ' '), fact.Value, false)))}
            {Row("loss", data.Card.Loss, false)}{Row("temperature", $"{data.Temperature:0.000}", false)}
            </tbody></table></div></div></section>

            """);
    }

    private static Markup Row(string key, string value, bool changed) =>
        Markup.Of($"""<tr><td class="k">{key}</td><td class="{(changed ? "changed" : "")}">{value}</td></tr>""");
}
