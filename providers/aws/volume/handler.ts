import type { Handler } from "../../lifecycle/handler";
import { wired } from "../../lifecycle/operations";
import { check } from "./check";
import { create } from "./create";
import { remove } from "./delete";
import { diff } from "./diff";
import type { VolumeEnvironment } from "./environment";
import { read } from "./read";
import { update } from "./update";

/** `linuxkit.aws.Volume`: a disk that outlives the instances which have it. */
export function volumeHandler(environment: VolumeEnvironment): Handler {
    return wired(environment, { check, diff, create, read, update, remove });
}
