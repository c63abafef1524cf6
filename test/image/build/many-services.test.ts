import { plannedAssembly } from "../../../providers/command/build/planned";
import { ensureImage } from "../../../providers/image";
import type { BuiltContents, ImagePlan } from "../../../providers/image/plan";
import { Assembly, oci, type ServiceArgs } from "../../../sdk";
import { temporaryFolder } from "../../support/folder";
import { imageOf, kernelImage, writeImages } from "./support/images";
import { environment } from "./support/plan";
import { unpack } from "./support/unpack";

const folder = temporaryFolder();
const image = (name: string) => oci.layout("layout", name);

function assemblyOf(services: readonly ServiceArgs[]): Assembly {
    return new Assembly({
        kernel: { image: image("kernel") },
        init: [{ name: "init", image: image("init") }],
        services: [...services],
    });
}

async function built(assembly: Assembly): Promise<{ plan: ImagePlan; files: Awaited<ReturnType<typeof unpack>> }> {
    writeImages(folder(), {
        kernel: kernelImage([]),
        init: imageOf({}, [{ name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 }]),
        app: imageOf({ Cmd: ["/app"] }, [{ name: "app", body: "program", mode: 0o755 }]),
    });
    const env = environment(folder());
    const plan = await plannedAssembly(assembly, "fast", env);
    const made: BuiltContents = await ensureImage(plan, env);
    return { plan, files: await unpack(made as Parameters<typeof unpack>[0]) };
}

const scripts = (files: ReadonlyMap<string, unknown>): string[] =>
    [...files.keys()].filter((file) => /^containers\/services\/[^/]+\/service\.sh$/.test(file));

test("an image without services has none", async () => {
    const { files } = await built(assemblyOf([]));
    expect(files.has("sbin/init")).toBe(true);
    expect([...files.keys()].filter((file) => file.startsWith("containers/"))).toEqual([]);
});

test("500 services are 500 plans of the init, on one copy of their image", async () => {
    const names = Array.from({ length: 500 }, (_, index) => `app-${String(index).padStart(3, "0")}`);
    const services = names.map((name, index) => ({
        name,
        image: image("app"),
        command: ["/app", String(index)],
        ...(index === 0 ? {} : { dependsOn: [names[index - 1] ?? ""] }),
    }));
    const assembly = assemblyOf(services);
    expect(Assembly.fromYaml(assembly.toYaml()).order).toEqual(assembly.order);
    const { plan, files } = await built(assembly);
    expect(plan.order.filter((key) => key.startsWith("services."))).toEqual(names.map((name) => `services.${name}`));
    expect(scripts(files)).toEqual(names.map((name) => `containers/services/${name}/service.sh`));
    for (const [index, name] of names.entries()) {
        const config = JSON.parse(files.get(`containers/services/${name}/config.json`)?.text ?? "") as {
            process: { args: string[] };
        };
        expect(config.process.args).toEqual(["/app", String(index)]);
        const dependencies = `dependencies='${index === 0 ? "" : (names[index - 1] ?? "")}'`;
        expect(files.get(`containers/services/${name}/service.sh`)?.text).toContain(dependencies);
    }
    expect([...files.keys()].filter((file) => /\/(lower|rootfs)\/app$/.test(file))).toHaveLength(1);
});
