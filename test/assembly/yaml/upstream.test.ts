import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Assembly } from "../../../sdk";
import { typescriptOf } from "../../../sdk/assembly/yaml/program/typescript";
import { compile } from "../../support/compile";
import { specOf } from "../programs";
import { runProgram } from "./run-program";
import { standIns } from "./stand-ins";
import { valueOf } from "./support";

/** The YAML files of linuxkit/linuxkit's examples folder: no copy of them is kept here, so they are named, or lie beside the checkout. */
const beside = path.join(__dirname, "../../../../shared/corpus/linuxkit-examples");
const examples = process.env["LINUXKIT_EXAMPLES"] ?? (existsSync(beside) ? beside : undefined);

/** Those that linuxkit refuses too, and for what. */
const refused: Readonly<Record<string, RegExp>> = {
    // To linuxkit "yaml: line 24: did not find expected key": a comment ends the text of the last file, whose lines go on.
    "static-ip.yml": /static-ip\.yml:27:1: is no YAML: All mapping items must start at the same column/,
};

(examples === undefined ? describe.skip : describe)("LinuxKit's examples, which LINUXKIT_EXAMPLES names", () => {
    const all = readdirSync(examples ?? ".").filter((name) => name.endsWith(".yml"));
    const taken = all.filter((name) => refused[name] === undefined);
    const at = (name: string): string => path.join(examples ?? "", name);
    const { folder, push, digest } = standIns();
    const home = process.env["HOME"];
    afterEach(() => {
        process.env["HOME"] = home;
    });

    /** The files of the user that an assembly takes in. */
    function writeSources(assembly: Assembly): void {
        for (const component of Object.values(specOf(assembly).components)) {
            if (component.kind === "files") {
                Object.values(component.files).forEach(({ source }) => source !== undefined && writeSource(source));
            }
        }
    }

    function writeSource(source: string): void {
        const file = path.resolve(folder(), source.replace(/^~/, folder()));
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, source);
    }

    test("are there", () => {
        expect(taken.length).toBeGreaterThanOrEqual(32);
        expect(all).toEqual(expect.arrayContaining(Object.keys(refused)));
    });

    test.each(taken)("%s is read, written, read again and converted to what plans the same", async (name) => {
        process.env["HOME"] = folder();
        const assembly = Assembly.fromYaml(at(name));
        const again = Assembly.fromYaml(assembly.toYaml());
        expect(valueOf(again)).toEqual(valueOf(assembly));
        expect(specOf(again)).toEqual(specOf(assembly));
        const { assembly: converted } = runProgram(typescriptOf([at(name)], "os"));
        push(assembly);
        writeSources(assembly);
        const expected = await digest(assembly);
        expect(expected).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(await digest(again)).toBe(expected);
        expect(await digest(converted)).toBe(expected);
        expect(await digest(assembly.with({ architecture: "arm64" }))).not.toBe(expected);
    });

    test("are converted to programs that type-check", () => {
        const codes = taken.map((name) => ({
            name: path.parse(name).name,
            line: 1,
            code: typescriptOf([at(name)], "os"),
        }));
        expect(compile(codes)).toEqual([]);
    });

    test.each(Object.entries(refused).filter(([name]) => all.includes(name)))(
        "%s is refused for what linuxkit refuses it for",
        (name, reason) => {
            expect(() => Assembly.fromYaml(at(name))).toThrow(reason);
        },
    );
});
