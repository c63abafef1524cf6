import { imageFileHandler, randomFileId } from "../../artifact/image-file/handler";
import { resolveLoaders, writeFormat } from "../../image/formats";
import type { Handler } from "../../lifecycle/handler";
import { engineNote } from "../engine-log";
import { engine } from "./engine";
import { buildEnvironment } from "./environment";

export function imageFile(): Handler {
    return imageFileHandler({
        environment: buildEnvironment,
        resolveLoaders,
        write: writeFormat,
        operation: (task) => engine().operation(task),
        note: engineNote(),
        newId: randomFileId,
    });
}
