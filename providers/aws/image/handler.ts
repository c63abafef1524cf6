import type { Handler } from "../../lifecycle/handler";
import { check } from "./check";
import { create } from "./create";
import { remove } from "./delete";
import { diff } from "./diff";
import type { ImageEnvironment } from "./environment";
import { read } from "./read";
import { update } from "./update";

/** `linuxkit.aws.Image`: an image's disk as a snapshot, registered as an AMI. */
export function imageHandler(environment: ImageEnvironment): Handler {
    const { operation } = environment.engine;
    return {
        check: (olds, news) => check(environment, olds, news),
        diff: (id, olds, news) => diff(environment, id, olds, news),
        create: (inputs) => operation((steps) => create(environment, steps, inputs)),
        read: (id, outs) => read(environment, id, outs),
        update: (id, olds, news) => operation((steps) => update(environment, steps, id, olds, news)),
        delete: (id, outs) => operation((steps) => remove(environment, steps, id, outs)),
    };
}
