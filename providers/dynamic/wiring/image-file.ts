import { DraftFolders } from "../../artifact/image-file/draft-folders";
import { imageFileHandler, randomFileId } from "../../artifact/image-file/handler";
import { resolveLoaders, writeFormat } from "../../image/formats";
import type { Handler } from "../../lifecycle/handler";
import { defaultStateDirectory } from "../../lifecycle/state-directory";
import { engineNote } from "../engine-log";
import { engine } from "./engine";
import { buildEnvironment } from "./environment";

export function imageFile(): Handler {
    return imageFileHandler({
        environment: buildEnvironment,
        resolveLoaders,
        write: writeFormat,
        draftFolders: new DraftFolders(defaultStateDirectory(process.env)),
        operation: (task) => engine().operation(task),
        note: engineNote(),
        newId: randomFileId,
    });
}
