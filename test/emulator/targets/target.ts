/** The account that the scenario is played in, and how stock clients reach it. */
export interface Target extends AsyncDisposable {
  readonly name: "emulator" | "aws";
  readonly region: string;
  /** Of every program: where the account is, who asks, whom to trust. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a PEM file, where the system does not know the issuer of the endpoints' certificates. */
  readonly trusted?: string;
  /** The latest that anything is expected to have happened. */
  readonly patienceMs: number;
  /** Changes what is packaged where the account is none of AWS's. */
  readonly adapt?: (artifact: string) => void;
  /** Where devices connect. */
  readonly findDeviceEndpoint: (ask: AskAccount) => Promise<DeviceEndpoint>;
}

export interface DeviceEndpoint {
  readonly host: string;
  readonly port: number;
  /** Words that tell mosquitto whom to trust. */
  readonly trust: readonly string[];
}

/** The `aws` command's answer. */
export type AskAccount = <T>(...words: readonly string[]) => Promise<T>;
