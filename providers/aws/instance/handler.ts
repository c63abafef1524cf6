import type { Handler } from "../../lifecycle/handler";
import { wired } from "../../lifecycle/operations";
import { check } from "./check";
import { create } from "./create";
import { remove } from "./delete";
import { diff } from "./diff";
import type { InstanceEnvironment } from "./environment";
import { read } from "./read";
import { update } from "./update";

/** `linuxkit.aws.Instance`: a machine of EC2. */
export function instanceHandler(environment: InstanceEnvironment): Handler {
    return wired(environment, { check, diff, create, read, update, remove });
}
