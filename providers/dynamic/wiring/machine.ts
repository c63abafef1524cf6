import { type ImageDeclaration, plannedImage } from "../../artifact/declaration";
import { ensureImage, findKernel } from "../../image";
import type { Handler } from "../../lifecycle/handler";
import { machineEnvironment, machineHandler } from "../../qemu";
import { engineNote, engineProgress } from "../engine-log";
import { engine } from "./engine";
import { buildEnvironment } from "./environment";

export async function machine(): Promise<Handler> {
    return machineHandler(
        await machineEnvironment({
            engine: engine(),
            ensureImage: async (image) => {
                const declaration = image as unknown as ImageDeclaration;
                return ensureImage(plannedImage(declaration), await buildEnvironment(declaration.mirrors));
            },
            findKernel: async (image) => {
                const declaration = image as unknown as ImageDeclaration;
                return findKernel(plannedImage(declaration), await buildEnvironment(declaration.mirrors));
            },
            progress: engineProgress(),
            note: engineNote(),
        }),
    );
}
