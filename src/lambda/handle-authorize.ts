import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerResult,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import type { AuthenticateToken } from "../access/tokens/authenticate-token.ts";

export interface HandleAuthorizeDeps {
  readonly authenticateToken: AuthenticateToken;
  /** Is not told of what: a mistyped token may be a letter off a good one. */
  readonly onDenied?: () => void;
}

/** What the API is told of a caller, under `requestContext.authorizer.lambda`. */
interface AuthorizerContext {
  readonly token: string;
  readonly role: string;
  readonly manufacturer?: string;
}

type Result =
  | APIGatewaySimpleAuthorizerResult
  | APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>;

/**
 * Handles API Gateway's question who a bearer token is. What keeps it from finding out is thrown, and
 * answered with 500: nobody gets in by that.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createHandleAuthorize({
  authenticateToken,
  onDenied = () => {},
}: HandleAuthorizeDeps) {
  return async ({ headers }: APIGatewayRequestAuthorizerEventV2): Promise<Result> => {
    const [, text] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(headers?.["authorization"] ?? "") ?? [];
    const known = text === undefined ? undefined : await authenticateToken(text);
    if (known === undefined) {
      onDenied();
      return { isAuthorized: false };
    }
    const { id: token, role, manufacturer } = known;
    return {
      isAuthorized: true,
      context: { token, role, ...(manufacturer !== undefined && { manufacturer }) },
    };
  };
}
