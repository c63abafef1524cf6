import type { BuildEnvironment } from "../../environment";
import type { ImagePlace } from "../place";
import { openDockerArchive } from "./docker-archive";
import { openLocalFiles } from "./files";
import { isLayout, openLayout } from "./layout";

/**
 * An image of this machine. An archive of `docker save` is an OCI image layout too since Docker 25, and then read as one.
 * @param wanted name of the image there, "" for the only one
 * @throws LinuxKitError OciUnreadable, OciName, OciMalformed
 */
export async function openLocal(
    from: "layout" | "archive",
    place: string,
    wanted: string,
    env: BuildEnvironment,
): Promise<ImagePlace> {
    const files = await openLocalFiles(place, env);
    const isDockersOwn = from === "archive" && !(await isLayout(files));
    return isDockersOwn ? openDockerArchive(files, wanted) : openLayout(files, wanted);
}
