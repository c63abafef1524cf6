import { type ImageDeclaration, plannedImage } from "../../artifact/declaration";
import { hostInstanceEnvironment, instanceHandler } from "../../aws";
import { findKernel } from "../../image";
import type { Handler } from "../../lifecycle/handler";
import { engineNote, engineProgress } from "../engine-log";
import { engine } from "./engine";
import { buildEnvironment } from "./environment";

export async function awsInstance(): Promise<Handler> {
    return instanceHandler(
        await hostInstanceEnvironment({
            engine: engine(),
            progress: engineProgress(),
            note: engineNote(),
            findKernel: async (image) => {
                const declaration = image as unknown as ImageDeclaration;
                return findKernel(plannedImage(declaration), await buildEnvironment(declaration.mirrors));
            },
        }),
    );
}
