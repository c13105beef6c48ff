import { toOpenApi } from "./open-api.ts";
import type { ApiRoute } from "./route.ts";
import { auditRoutes } from "./routes/audit-routes.ts";
import { batchRoutes } from "./routes/batch-routes.ts";
import { certificateRoutes } from "./routes/certificate-routes.ts";
import { issuerRoutes } from "./routes/issuer-routes.ts";
import { manufacturerIssuerRoutes } from "./routes/manufacturer-issuer-routes.ts";
import { manufacturerRoutes } from "./routes/manufacturer-routes.ts";
import { mappingRoutes } from "./routes/mapping-routes.ts";
import { profileRoutes } from "./routes/profile-routes.ts";
import { signerRoutes } from "./routes/signer-routes.ts";
import { systemRoutes } from "./routes/system-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import type { ApiServices } from "./use-cases.ts";

/** Every operation of the API. */
export function createRoutes(services: ApiServices): readonly ApiRoute[] {
  const routes: readonly ApiRoute[] = [
    ...batchRoutes(services),
    ...certificateRoutes(services),
    ...manufacturerRoutes(services),
    ...manufacturerIssuerRoutes(services),
    ...signerRoutes(services),
    ...mappingRoutes(services),
    ...issuerRoutes(services),
    ...profileRoutes(services),
    ...auditRoutes(services),
    ...tokenRoutes(services),
    ...systemRoutes(() => toOpenApi(routes)),
  ];
  return routes;
}
