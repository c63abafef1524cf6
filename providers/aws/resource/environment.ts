import type { Progress } from "../../image/environment";
import type { Workers } from "../../lifecycle/attempt";
import type { Clock } from "../../lifecycle/clock";
import type { Engine } from "../../lifecycle/engine";
import type { Connection } from "../client/connection";
import type { ResourceCalls } from "./calls";

/** What every resource of AWS reaches outside itself through; tests hand in their own. */
export interface ResourceEnvironment<C extends ResourceCalls> {
    readonly calls: (connection: Connection, region: string) => C;
    readonly defaultRegion: (connection: Connection) => Promise<string | undefined>;
    readonly clock: Clock;
    readonly workers: Workers;
    readonly engine: Pick<Engine, "operation">;
    readonly progress: Progress;
    /** Says something that stays at the resource. */
    readonly note: (line: string) => void;
    /** Random hex digits. */
    readonly random: (digits: number) => string;
}
