import { formatProblem } from "../../providers/image/formats";
import { normalizeDeclaration } from "../../providers/artifact/declaration";
import { Assembly, debian } from "../../sdk";
import { LinuxKitError } from "../../sdk/assembly/error";
import type { Architecture } from "../../sdk/assembly/spec";
import { handlerIn, news } from "./image-file/support";

const unknown = ["riscv64", "x86_64", "aarch64", "AMD64", "", "__proto__", "constructor"];

function messageOf(task: () => unknown): string {
    try {
        task();
        return "nothing";
    } catch (error) {
        return error instanceof LinuxKitError ? error.message : `not ours: ${String(error)}`;
    }
}

test.each(unknown)("the architecture %j is refused wherever one is given, with those there are", async (name) => {
    const architecture = name as Architecture;
    const args = { kernel: debian.kernel(), init: [debian.base()] };
    expect(messageOf(() => new Assembly({ ...args, architecture }))).toMatch(
        /architecture: must be "amd64" or "arm64"/,
    );
    expect(messageOf(() => new Assembly(args).with({ architecture }))).toMatch(/architecture: must be/);

    const { order, components } = new Assembly(args);
    const declaration = { architecture, compression: "fast", order, components, mirrors: {} } as const;
    const { spec, problems } = normalizeDeclaration(
        declaration as unknown as Parameters<typeof normalizeDeclaration>[0],
    );
    expect([spec, problems.map(({ path }) => path)]).toEqual([undefined, ["architecture"]]);

    for (const format of ["raw-efi", "tar", "rpi3"]) {
        expect(formatProblem(format, architecture)).toMatch(
            /^\S+ is for .*: make the image for (amd64 or arm64|arm64) \(`architecture`, or --arch of the command\)$/,
        );
        const { handler } = handlerIn("/nowhere");
        const inputs = news({ format });
        const image = { ...(inputs["image"] as object), architecture };
        const { failures } = await handler.check({}, { ...inputs, image });
        expect(failures.map(({ property }) => property)).toEqual(["image", "format"]);
    }
});

test.each(unknown)("no format is named %j", (name) => {
    expect(formatProblem(name, "amd64")).toMatch(/is not an output format; did you mean/);
});
