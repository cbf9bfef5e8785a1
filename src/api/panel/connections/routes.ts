import type { Route } from '../route.ts';
import { adminTokenRoutes } from './admin-token-routes.ts';
import { calibrationRoutes } from './calibration-routes.ts';
import { editRoutes } from './edit-routes.ts';
import { preflightRoutes } from './preflight-routes.ts';
import { removeRoutes } from './remove-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { setupRoutes } from './setup-routes.ts';

/** Everything about setting a connection up, changing it and ending it. */
export const connectionSetupRoutes: readonly Route[] = [
  ...setupRoutes,
  ...editRoutes,
  ...adminTokenRoutes,
  ...removeRoutes,
  ...settingsRoutes,
  ...preflightRoutes,
  ...serviceRoutes,
  ...calibrationRoutes,
];
