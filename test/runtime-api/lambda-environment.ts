export interface FunctionSettings {
  /** As deployed, `muster-test-onboard`. */
  readonly name: string;
  readonly handler: string;
  /** In MB. */
  readonly memorySize: number;
  readonly region: string;
  readonly taskRoot: string;
  readonly temporaryFolder: string;
  /** The function's own. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The variables that Lambda gives every function on Node 24 whose log format is JSON, and over them
 * the function's own, which cannot replace what is reserved.
 *
 * Where Lambda gives every function a /tmp of its own, TMPDIR names a folder here.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function toLambdaEnvironment(settings: FunctionSettings): Readonly<Record<string, string>> {
  const { name, handler, memorySize, region, taskRoot, temporaryFolder, variables } = settings;
  return {
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    LD_LIBRARY_PATH:
      "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    NODE_PATH:
      "/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task",
    TZ: ":UTC",
    TMPDIR: temporaryFolder,
    ...variables,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/06/18/[$LATEST]0123456789abcdef0123456789abcdef",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    AWS_LAMBDA_LOG_LEVEL: "INFO",
    AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    AWS_SESSION_TOKEN: "AQoDYXdzEJr1K2EXAMPLESESSIONTOKEN",
  };
}
