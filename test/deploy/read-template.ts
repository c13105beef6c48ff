import type { Packaged, Resource } from "./read-artifact.ts";

/** Looks things up in a template's resources. */
export function readTemplate(resources: Packaged["resources"]) {
  const ofType = (type: string): Readonly<Record<string, Resource>> =>
    Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => Type === type));
  return {
    ofType,
    property: (resource: string, name: string): unknown => resources[resource]?.Properties[name],
    /** What feeds a function from a queue. */
    mappingOf: (name: string): unknown => {
      const target = JSON.stringify({ "Fn::GetAtt": [`${name}LambdaFunction`, "Arn"] });
      const mappings = Object.values(ofType("AWS::Lambda::EventSourceMapping"));
      return mappings.find(
        ({ Properties }) => JSON.stringify(Properties["FunctionName"]) === target,
      )?.Properties;
    },
  };
}
