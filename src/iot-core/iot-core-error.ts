export type IotCoreErrorCode = "IOT_CORE_STATE_DAMAGED" | "IOT_CORE_STATE_IN_USE" | "PORT_IN_USE";

/** A reason why the stand-in cannot start. The message says what to do. */
export class IotCoreError extends Error {
  override readonly name = "IotCoreError";
  readonly code: IotCoreErrorCode;

  constructor(code: IotCoreErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
