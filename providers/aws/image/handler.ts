import type { Handler } from "../../lifecycle/handler";
import { wired } from "../../lifecycle/operations";
import { check } from "./check";
import { create } from "./create";
import { remove } from "./delete";
import { diff } from "./diff";
import type { ImageEnvironment } from "./environment";
import { read } from "./read";
import { update } from "./update";

/** `linuxkit.aws.Image`: an image's disk as a snapshot, registered as an AMI. */
export function imageHandler(environment: ImageEnvironment): Handler {
    return wired(environment, { check, diff, create, read, update, remove });
}
