import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { SettingTable } from "../registry/setting-table.ts";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";

/** Operations on the code that proves, as a common name, that someone holds a CA's key. */
export function createRegistrationCodeRoutes({ tables }: OperationContext): readonly Route[] {
  return [
    createRoute({
      operation: "GetRegistrationCode",
      method: "GET",
      path: "/registrationcode",
      input: z.object({}),
      handle: () => {
        const known = readRegistrationCode(tables.settings);
        if (known !== undefined) return { registrationCode: known };
        const registrationCode = randomBytes(32).toString("hex");
        tables.settings.set("registrationCode", registrationCode);
        return { registrationCode };
      },
    }),
    createRoute({
      operation: "DeleteRegistrationCode",
      method: "DELETE",
      path: "/registrationcode",
      input: z.object({}),
      handle: () => {
        if (readRegistrationCode(tables.settings) === undefined) {
          throw new AwsError("ResourceNotFoundException", "There is no registration code");
        }
        tables.settings.remove("registrationCode");
        return {};
      },
    }),
  ];
}

/** The same until it is deleted. */
export function readRegistrationCode(settings: SettingTable): string | undefined {
  return settings.get("registrationCode");
}
