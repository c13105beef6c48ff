/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html; in UTF-8. */
const maxTopicBytes = 256;

const thingName = "${thingName}";

/**
 * Checks a topic of a policy, in which `*` is any text and `?` one character.
 *
 * What would open the topics of every device, by the writer's oversight rather than intent, is
 * refused.
 *
 * @returns what is wrong, in a sentence; undefined when nothing is.
 */
export function topicPatternProblem(topic: string): string | undefined {
  if (topic === "") return "a topic has at least one character";
  const bytes = Buffer.byteLength(topic);
  if (bytes > maxTopicBytes) {
    return `AWS IoT takes topics of up to ${maxTopicBytes} bytes; this one has ${bytes}`;
  }
  return rules.find(({ refused }) => refused.test(topic))?.message;
}

const rules: readonly { readonly refused: RegExp; readonly message: string }[] = [
  { refused: /\p{Cc}/u, message: "a topic has no control characters" },
  {
    refused: /[+#]/,
    message: "in a policy + and # are ordinary characters; write * for any text",
  },
  {
    refused: /\$(?!aws\/|\{thingName\})/,
    message: `the only variable is ${thingName}; $ may else only begin $aws/`,
  },
  {
    refused: /^[*?]/,
    message: "it cannot begin with a wildcard, which would open every topic",
  },
  {
    refused: /^\$aws\/(?:things\/)?[*?]/,
    message: `it would open every device's shadow and jobs; write $aws/things/${thingName}/*`,
  },
  {
    // A device named dev-1 would have the topics of dev-10.
    refused: /\$\{thingName\}[*?]/,
    message: `a wildcard right after ${thingName} opens the topics of devices whose names begin alike; write ${thingName}/*`,
  },
];
