import path from "node:path";
import { findOnPath } from "../../../tools/process/path.ts";
import { run } from "../../../tools/process/run.ts";

const goModule = path.join(__dirname, "../../../tools/pulumi/go");
const describeWithGo = findOnPath("go", process.env) === undefined ? describe.skip : describe;

describeWithGo("the stand-in language host", () => {
    /** Go fetches and compiles the modules first, where the CLI was not built on this machine. */
    test("passes its own tests", async () => {
        const options = { cwd: goModule, env: { ...process.env, CGO_ENABLED: "0" } };
        const { code, output } = await run("go", ["test", "./language-host"], options);
        expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^ok\s/m) });
    });
});
