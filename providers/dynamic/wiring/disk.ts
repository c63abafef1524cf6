import type { Handler } from "../../lifecycle/handler";
import { diskEnvironment, diskHandler } from "../../qemu/disk";
import { engineNote } from "../engine-log";
import { engine } from "./engine";

export async function disk(): Promise<Handler> {
    return diskHandler(await diskEnvironment({ engine: engine(), note: engineNote() }));
}
