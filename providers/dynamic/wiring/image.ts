import { imageHandler, randomImageId } from "../../artifact/image";
import { digestOf, ensureContents, resolveComponents } from "../../image";
import type { Handler } from "../../lifecycle/handler";
import { engineNote } from "../engine-log";
import { buildEnvironment } from "./environment";

export function image(): Handler {
    return imageHandler({
        environment: buildEnvironment,
        resolve: resolveComponents,
        digestOf,
        build: ensureContents,
        note: engineNote(),
        newId: randomImageId,
    });
}
