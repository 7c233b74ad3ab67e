using PetBreeds.Training.Configuration;

namespace PetBreeds.Reports.Html;

/// <summary>The settings of the run and where it ran.</summary>
internal static class SettingsSection
{
    public static Markup Draw(ReportData data)
    {
        var usual = new TrainOptions();
        var settings =
            from setting in Setting.All
            let value = setting.Get(data.Config)
            where value is not null
            select Row(setting.Key, value!, value != setting.Get(usual));
        return Markup.Of($"""
            <section id="settings"><h2>Settings and environment</h2>
            <p class="lead">To repeat the run: <code>petbreeds train --config {data.Name}/config.yaml</code>.
            Settings that differ from the defaults are bold.</p>
            <div class="charts"><div><h3 style="margin-top:0">Settings</h3><table class="facts"><tbody>
            {Markup.Join(settings)}
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
