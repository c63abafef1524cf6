import { hostVolumeEnvironment, volumeHandler } from "../../aws";
import type { Handler } from "../../lifecycle/handler";
import { engineNote, engineProgress } from "../engine-log";
import { engine } from "./engine";

export async function awsVolume(): Promise<Handler> {
    return volumeHandler(
        await hostVolumeEnvironment({ engine: engine(), progress: engineProgress(), note: engineNote() }),
    );
}
