import type { ServiceModel, Structure } from "../model/shapes.ts";
import { violations } from "../model/violations.ts";

/**
 * Holds our own answer against the model.
 * @returns name of the output's shape; undefined where the operation has no output
 * @throws Error: the emulator is wrong, and says where
 */
export function checkAnswer(model: ServiceModel, operation: string, output: Structure): string | undefined {
    const name = model.operations[operation]?.output?.shape;
    if (name === undefined) {
        return undefined;
    }
    const [first] = violations(model, name, output);
    if (first !== undefined) {
        const where = `${operation}: ${first.path.join(".")}`;
        throw new Error(`The emulator's answer does not fit the model: ${where}: ${first.constraint}`);
    }
    return name;
}
