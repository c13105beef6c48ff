import { type MetricRow, metricNamespace, metricTable } from "../src/wiring/metric-table.ts";

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** US dollars for one metric in one month, of the first 10,000; in us-east-1, as of November 2026. */
const dollarsOfMetric = 0.3;

const rows: readonly (readonly [name: string, row: MetricRow])[] = Object.entries(metricTable);

/** Metrics as CloudWatch bills them: a name with each value of its dimension is one. */
const metricCount: number = rows.reduce((sum, [, { by }]) => sum + (by?.values.length ?? 1), 0);

export function toMetricSections(table: Table): readonly string[] {
  const most = (metricCount * dollarsOfMetric).toFixed(2);
  return [
    `All are in the namespace \`${metricNamespace}\`, with the dimension \`stage\` and at most one more. They go out as lines
of the functions' logs in CloudWatch's [embedded metric
format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
so they need no call and no right. [The guide](../guide/observability.md) says how to look at them.`,
    table(
      ["metric", "unit", "dimension beside `stage`", "values", "sent by", "what it is"],
      rows.map(([name, { unit, by, from, what }]) => [
        `\`${name}\``,
        unit,
        by ? `\`${by.name}\`` : "",
        by ? toValues(by.values) : "",
        from.map((each) => `\`${each}\``).join(", "),
        what,
      ]),
    ),
    `## What they cost

CloudWatch bills each name with each value of its dimension as one metric: at most ${metricCount} for a stage, however
many manufacturers, CAs and devices there are. At $${dollarsOfMetric.toFixed(2)} for each in a month
([CloudWatch's prices](https://aws.amazon.com/cloudwatch/pricing/), us-east-1, the first 10,000) that is $${most} if every
one of them were sent in every hour; a metric is billed for the hours in which it was sent, and most codes never are.`,
  ];
}

/** Few enough to read; those of codes are in pages of their own. */
const longestList = 12;

function toValues(values: readonly string[]): string {
  return values.length > longestList
    ? `${values.length} codes`
    : values.map((value) => `\`${value}\``).join(", ");
}
