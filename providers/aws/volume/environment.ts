import type { Attempt as ResourceAttempt } from "../resource/attempt";
import type { ResourceEnvironment } from "../resource/environment";
import type { ResourceJournal } from "../resource/journal";
import type { VolumeCalls, VolumeRequest } from "./calls";
import type { VolumeSettings } from "./settings";

/** What volumes reach outside themselves through; tests hand in their own. */
export interface VolumeEnvironment extends ResourceEnvironment<VolumeCalls> {
    readonly journal: ResourceJournal<VolumeRequest>;
}

/** One run of a volume's operation. */
export type Attempt = ResourceAttempt<VolumeCalls, VolumeSettings, VolumeEnvironment>;
