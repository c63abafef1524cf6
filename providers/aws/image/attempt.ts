import type { Attempt as ResourceAttempt } from "../resource/attempt";
import type { ImageCalls } from "./calls";
import type { ImageEnvironment } from "./environment";
import type { ImageSettings } from "./settings";

/** One run of an image's operation. */
export type Attempt = ResourceAttempt<ImageCalls, ImageSettings, ImageEnvironment>;
