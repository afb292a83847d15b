/** What `sweepLater` starts once its process has ended. */
import { sweepOrphans } from './control-plane.ts';
import { cachePaths } from './paths.ts';

await sweepOrphans(cachePaths().clusters);
