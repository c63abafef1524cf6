import type { ImageKernel } from "../../image/drivers";
import type { Properties } from "../../lifecycle/handler";
import type { Attempt as ResourceAttempt } from "../resource/attempt";
import type { ResourceEnvironment } from "../resource/environment";
import type { ResourceJournal } from "../resource/journal";
import type { VolumeWants } from "../volume/wants";
import type { InstanceCalls } from "./calls";
import type { AskedLaunch } from "./launch";
import type { InstanceSettings } from "./settings";

/** What instances reach outside themselves through; tests hand in their own. */
export interface InstanceEnvironment extends ResourceEnvironment<InstanceCalls> {
    readonly journal: ResourceJournal<AskedLaunch>;
    /** What the instances that were checked by this process want of volumes. */
    readonly wants: VolumeWants;
    /** What is known of an image's kernel without a build. */
    readonly findKernel: (image: Properties) => Promise<ImageKernel | undefined>;
    /** Whether a TCP connection is taken. */
    readonly connects: (host: string, port: number) => Promise<boolean>;
}

/** One run of an instance's operation. */
export type Attempt = ResourceAttempt<InstanceCalls, InstanceSettings, InstanceEnvironment>;
