import ts from "typescript";
import * as sdk from "../../../sdk";

export interface DeclaredByProgram {
    readonly assembly: sdk.Assembly;
    /** Name of the image. */
    readonly image: string;
}

/** What a program declares, with stand-ins for what reaches Pulumi's engine. */
export function runProgram(code: string, config: Readonly<Record<string, unknown>> = {}): DeclaredByProgram {
    const images: string[] = [];
    class Image {
        readonly digest = "";
        constructor(name: string) {
            images.push(name);
        }
    }
    class Config {
        readonly requireSecret = (key: string) => config[key];
        readonly requireSecretNumber = this.requireSecret;
        readonly requireSecretBoolean = this.requireSecret;
    }
    const modules: Readonly<Record<string, unknown>> = {
        "pulumi-linuxkit": { ...sdk, Image },
        "@pulumi/pulumi": { Config },
    };
    const exports: { assembly?: sdk.Assembly } = {};
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval
    new Function("exports", "require", outputText)(exports, (name: string) => modules[name]);
    if (exports.assembly === undefined) {
        throw new Error("the program declares no assembly");
    }
    return { assembly: exports.assembly, image: images.join() };
}
