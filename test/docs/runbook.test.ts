import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type MetricRow, metricTable } from "../../src/wiring/metric-table.ts";

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

interface Alarm extends Partial<Metric> {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: Metric };
  }[];
}

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;

/** The tags of CloudFormation are left out: `!Ref Api` reads as `Api`. */
const read = (file: string) =>
  parse(readFileSync(file, "utf8"), { logLevel: "silent", merge: true }) as {
    readonly Resources: Resources;
    readonly functions: Readonly<Record<string, { readonly timeout: number }>>;
  };
const { Resources } = read("infrastructure/observability.yml");
const { functions } = read("serverless.yml");

const alarms = Object.entries(Resources)
  .filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm")
  .map(([id, { Properties }]) => ({ id, ...(Properties as Alarm) }));
const nameOf = ({ AlarmName }: Alarm) => AlarmName.replace("${self:custom.prefix}-", "");
const names = alarms.map(nameOf);

const dashboard = Resources["Dashboard"]?.Properties as
  | { readonly DashboardBody: string }
  | undefined;
const { widgets } = JSON.parse(dashboard?.DashboardBody ?? "{}") as {
  readonly widgets: readonly {
    readonly type: string;
    readonly properties: {
      readonly title: string;
      readonly alarms?: readonly string[];
      readonly metrics?: readonly (readonly (string | { readonly expression?: string })[])[];
    };
  }[];
};

const pages = readdirSync("docs/runbook").filter((file) => file !== "README.md");
const readPage = (name: string) => readFileSync(`docs/runbook/${name}.md`, "utf8");

describe("the runbook", () => {
  test("has one page for each alarm, and no other", () => {
    expect(pages.sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });

  test("lists every page", () => {
    const index = readFileSync("docs/runbook/README.md", "utf8");
    const linked = [...index.matchAll(/^\| \[[a-z-]+\]\(([a-z-]+)\.md\)/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(linked)).toEqual(new Set(names));
    expect(linked).toHaveLength(names.length);
  });

  test.for(names)(
    "%s says what it means, how to look, what to do, how to know that it is over",
    (name) => {
      const text = readPage(name);
      expect(text.split("\n", 1)).toEqual([`# ${name}`]);
      const heads = [...text.matchAll(/^## (.+)$/gm)].map(([, head]) => head);
      expect(heads).toEqual([
        "What it means",
        "How to look",
        "What to do",
        "How to know that it is over",
      ]);
      expect(text).toMatch(/^```sh aws$/m);
    },
  );

  test.for(alarms.map((alarm) => [nameOf(alarm), alarm] as const))(
    "%s is what its alarm points to",
    ([name, alarm]) => {
      expect(alarm.AlarmDescription).toMatch(new RegExp(` docs/runbook/${name}\\.md$`));
    },
  );
});

/** What AWS publishes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html */
const ofAws: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "AWS/SQS": {
    ApproximateNumberOfMessagesVisible: ["QueueName"],
    ApproximateAgeOfOldestMessage: ["QueueName"],
  },
  "AWS/Lambda": {
    Invocations: ["FunctionName"],
    Errors: ["FunctionName"],
    Throttles: ["FunctionName"],
    Duration: ["FunctionName"],
    ConcurrentExecutions: ["FunctionName"],
    IteratorAge: ["FunctionName"],
  },
  "AWS/ApiGateway": { Count: ["ApiId"], "4xx": ["ApiId"], "5xx": ["ApiId"], Latency: ["ApiId"] },
  "AWS/DynamoDB": {
    ReadThrottleEvents: ["TableName"],
    WriteThrottleEvents: ["TableName"],
    SystemErrors: ["TableName", "Operation"],
  },
};

interface Used {
  readonly where: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
}

const ofAlarms: readonly Used[] = alarms.flatMap((alarm) => {
  const { Namespace, MetricName, Dimensions, Metrics = [] } = alarm;
  const single =
    Namespace && MetricName && Dimensions ? [{ Namespace, MetricName, Dimensions }] : [];
  const several = Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
  return [...single, ...several].map((metric) => ({
    where: alarm.AlarmName,
    namespace: metric.Namespace,
    name: metric.MetricName,
    dimensions: metric.Dimensions.map(({ Name, Value }) => [Name, Value] as const),
  }));
});

const ofDashboard: readonly Used[] = widgets.flatMap(({ properties }) =>
  (properties.metrics ?? []).flatMap((metric) => {
    const [namespace, name, ...rest] = metric.filter((each) => typeof each === "string");
    if (namespace === undefined || name === undefined) return [];
    const dimensions = rest.flatMap((each, at) =>
      at % 2 === 0 ? [[each, rest[at + 1] ?? ""] as const] : [],
    );
    return [{ where: properties.title, namespace, name, dimensions }];
  }),
);

const toExpected = ({ namespace, name }: Used): readonly string[] | undefined => {
  if (namespace !== "Muster") return ofAws[namespace]?.[name];
  const row: MetricRow | undefined = Object.entries<MetricRow>(metricTable).find(
    ([each]) => each === name,
  )?.[1];
  return row && ["stage", ...(row.by ? [row.by.name] : [])];
};

describe("alarms and dashboard", () => {
  test.for([...ofAlarms, ...ofDashboard])(
    "$where: $namespace $name is published, in these dimensions",
    (used) => {
      expect(used.dimensions.map(([name]) => name)).toEqual(toExpected(used));
      for (const [name, value] of used.dimensions) {
        if (name === "stage") expect(value).toBe("${self:provider.stage}");
        else if (used.namespace === "Muster") {
          expect(
            (metricTable as Readonly<Record<string, MetricRow>>)[used.name]?.by?.values,
          ).toContain(value);
        }
      }
    },
  );

  test("search for metrics of Muster's own by their dimensions", () => {
    const expressions = widgets.flatMap(({ properties }) =>
      (properties.metrics ?? []).flatMap((metric) =>
        metric.flatMap((each) =>
          typeof each === "object" && each.expression ? [each.expression] : [],
        ),
      ),
    );
    for (const expression of expressions) {
      const [, dimensions = "", name = ""] =
        /^SEARCH\('\{Muster,([a-z,]+)\} MetricName="(\w+)" stage="/.exec(expression) ?? [];
      expect(dimensions.split(",")).toEqual(
        toExpected({ where: "", namespace: "Muster", name, dimensions: [] }),
      );
    }
    expect(expressions).toHaveLength(2);
  });

  test("show every metric that Muster sends", () => {
    const shown = JSON.stringify(widgets);
    for (const name of Object.keys(metricTable))
      expect(shown).toMatch(new RegExp(`"${name}"|MetricName=\\\\"${name}\\\\"`));
  });

  test("show every alarm", () => {
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(shown).toEqual(alarms.map(({ id }) => `\${${id}.Arn}`));
  });

  test("watch every dead-letter queue of the templates, and the age of the others", () => {
    const queues = [
      read("serverless.yml") as unknown as { readonly resources: unknown },
      read("infrastructure/events.yml"),
    ]
      .flatMap((template) => [
        ...JSON.stringify(template).matchAll(/"(\w+Queue)":\{"Type":"AWS::SQS::Queue"/g),
      ])
      .map(([, name]) => name ?? "");
    expect(queues).toContain("EventsDeadLetterQueue");
    const watched = ofAlarms.filter(({ namespace }) => namespace === "AWS/SQS");
    const names = watched.map(({ dimensions }) => dimensions[0]?.[1].replace(".QueueName", ""));
    expect(new Set(names)).toEqual(new Set(queues));
  });

  test("watch every function's errors, and know their timeouts", () => {
    const errors = ofAlarms
      .filter(({ name }) => name === "Errors")
      .map(({ dimensions }) => dimensions[0]?.[1]);
    const logical = Object.keys(functions).map(
      (name) => `${name[0]?.toUpperCase()}${name.slice(1)}LambdaFunction`,
    );
    expect(new Set(errors)).toEqual(new Set(logical));
    const slow = alarms.find((alarm) => nameOf(alarm) === "function-slow");
    const { Expression = "" } = slow?.Metrics?.[0] ?? {};
    const shares = [...Expression.matchAll(/FILL\((\w+), 0\) \/ (\d+)/g)];
    expect(shares.map(([, name = "", divisor]) => [name, Number(divisor)])).toEqual(
      shares.map(([, name = ""]) => [name, (functions[name]?.timeout ?? 0) * 10]),
    );
    expect(shares).toHaveLength(logical.length - 1);
  });

  test("cost what the guide says", () => {
    const guide = readFileSync("docs/guide/observability.md", "utf8").replaceAll("\n", " ");
    const price = (ofAlarms.length * 0.1).toFixed(2);
    expect(guide).toContain(`${alarms.length} alarms, each with`);
    expect(guide).toContain(`${ofAlarms.length} metrics, $${price} for a stage`);
    expect(ofDashboard.length).toBeGreaterThan(50);
  });

  test("take silence for well, but of the schedule's", () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData !== "notBreaching");
    expect(breaching.map((alarm) => [nameOf(alarm), alarm.TreatMissingData])).toEqual([
      ["healing-stopped", "breaching"],
    ]);
  });

  test("ask for no more metrics at once than an alarm may", () => {
    for (const { Metrics = [] } of alarms) expect(Metrics.length).toBeLessThanOrEqual(11);
  });
});
