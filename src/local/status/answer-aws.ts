import type { IncomingHttpHeaders } from "node:http";

/** A service of AWS, by the name that its requests are signed for. */
export interface AwsService {
  readonly name: string;
  /** Of its errors. */
  readonly format: "json" | "xml";
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const signature = /^AWS4-\S+ .*Credential=[^/\s]+\/[^/\s]+\/[^/\s]+\/([a-z0-9-]{1,64})\//;
/** REST services that speak XML; those of the query protocol show by their content type. */
const xmlServices: ReadonlySet<string> = new Set(["s3", "s3express", "route53", "cloudfront"]);
const errorCode = "NotImplementedException";

/**
 * Tells which service of AWS a request is meant for.
 *
 * @returns undefined for one that is not signed.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function findService(headers: IncomingHttpHeaders): AwsService | undefined {
  const name = signature.exec(headers.authorization ?? "")?.[1];
  if (name === undefined) return undefined;
  const isQuery = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return { name, format: isQuery || xmlServices.has(name) ? "xml" : "json" };
}

/** An error as AWS's tools print it, with a status that they do not try again after. */
export function toNotHere({ name, format }: AwsService): AwsAnswer {
  const message = `The local cloud has no service ${name}, only iot, iot-data and dynamodb; nothing was sent to AWS`;
  const body =
    format === "json"
      ? JSON.stringify({ __type: errorCode, message })
      : `<?xml version="1.0"?><ErrorResponse><Error><Type>Sender</Type><Code>${errorCode}</Code><Message>${message}</Message></Error><RequestId>local</RequestId></ErrorResponse>`;
  return {
    status: 400,
    headers: {
      "content-type": format === "json" ? "application/json" : "text/xml",
      "x-amzn-errortype": errorCode,
      "x-amzn-requestid": "local",
    },
    body,
  };
}
