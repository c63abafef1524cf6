import type {
    AssemblyArgs,
    AssemblyChanges,
    AssemblyRemovals,
    FileArgs,
    InitArgs,
    KernelArgs,
    VolumeArgs,
} from "./assembly-args";
import type { ContainerArgs, ServiceArgs } from "./container-args";
import { type AssemblyComponents, componentsOf, declarationsOf } from "./declare";
import { LinuxKitError } from "./error";
import { frozen } from "./frozen";
import { normalizeDeclarations } from "./normalize/assembly";
import { Findings } from "./read/findings";
import { applyChanges, applyRemovals } from "./sections";
import type { Architecture, ComponentKey } from "./spec";
import { type FromYamlOptions, judged, readYaml } from "./yaml/read";
import { writeYaml } from "./yaml/write";

/**
 * An operating system as an assembly of components, in LinuxKit's sections. A value: it never changes, is copied from
 * what it was made of, and `with` and `without` return a new one.
 *
 * Any value below a section may be a `pulumi.Input`, secrets included; sections, names and paths are plain. What is
 * plain is validated here, the rest when Pulumi has resolved it.
 */
export class Assembly implements AssemblyArgs {
    readonly architecture: Architecture;
    readonly kernel: KernelArgs | undefined;
    readonly init: readonly InitArgs[];
    readonly onboot: readonly ContainerArgs[];
    readonly onshutdown: readonly ContainerArgs[];
    readonly services: readonly ServiceArgs[];
    readonly files: readonly FileArgs[];
    readonly volumes: readonly VolumeArgs[];

    readonly #inputs: AssemblyComponents;

    /**
     * Copies, freezes and validates a declaration; nothing is read or built.
     * @throws LinuxKitError `invalid-assembly` with every problem of the plain values, each with its path
     */
    constructor(args: AssemblyArgs) {
        const findings = new Findings();
        const { architecture, declarations } = declarationsOf(args, findings);
        const { problems } = normalizeDeclarations(architecture, declarations, findings);
        if (problems.length > 0) {
            throw new LinuxKitError("invalid-assembly", problemList(problems), { problems });
        }
        const copy = frozen(args);
        this.architecture = copy.architecture ?? "amd64";
        this.kernel = copy.kernel;
        this.init = copy.init;
        this.onboot = copy.onboot ?? none;
        this.onshutdown = copy.onshutdown ?? none;
        this.services = copy.services ?? none;
        this.files = copy.files ?? none;
        this.volumes = copy.volumes ?? none;
        this.#inputs = frozen(componentsOf(declarations));
        Object.freeze(this);
    }

    /**
     * The assembly of a LinuxKit YAML, or of several merged as `linuxkit build` merges them: a kernel's values replace those
     * of earlier files, lists go on where those ended.
     * @param sources path of a file, YAML text (what holds a line break or a "{"), or a list of them; files are read at once
     * @throws LinuxKitError `invalid-yaml` with every problem, each with file, line and column (`fields.problems`);
     * `yaml-unreadable` for a file that cannot be read
     */
    static fromYaml(sources: string | readonly string[], options: FromYamlOptions = {}): Assembly {
        const read = readYaml(sources, options);
        return judged(read, () => new Assembly(read.args));
    }

    /**
     * The assembly as YAML that `fromYaml` reads back. What LinuxKit has words for is written in its words, and alone is
     * YAML that linuxkit takes; see docs/yaml.md for the rest.
     * @throws LinuxKitError `not-plain` where a value is an output, a secret for instance, with the path of each
     */
    toYaml(): string {
        return writeYaml(this);
    }

    /**
     * Arguments by component: "kernel", "init.base", "onboot.dhcp" ("onboot.dhcp#2" for a second one of that name),
     * "services.redis", "volumes.data", and "files", a record by absolute path. A record, so that one secret does not hide its neighbours and a difference names the component.
     */
    get components(): Readonly<Record<ComponentKey, unknown>> {
        return this.#inputs.components;
    }

    /** Keys of the components, and "files.<path>" for each file, in LinuxKit's order of sections and the program's within. */
    get order(): readonly ComponentKey[] {
        return this.#inputs.order;
    }

    /**
     * An assembly with these changes: a kernel and an architecture are replaced; an entry takes the place of the one of
     * its name (files: of its path), or is added at the end of its section.
     * @throws LinuxKitError `invalid-assembly` when the result is not valid
     */
    with(changes: AssemblyChanges): Assembly {
        return new Assembly(applyChanges(this.args(), changes));
    }

    /**
     * An assembly without the entries of these names (files: of these paths).
     * @throws LinuxKitError `unknown-component` for a name that is not there, `invalid-assembly` when another needs it
     */
    without(removals: AssemblyRemovals): Assembly {
        return new Assembly(applyRemovals(this.args(), removals));
    }

    private args(): AssemblyArgs {
        const { architecture, kernel, init, onboot, onshutdown, services, files, volumes } = this;
        return { architecture, kernel, init, onboot, onshutdown, services, files, volumes };
    }
}

const none: readonly never[] = Object.freeze([]);

function problemList(problems: readonly { readonly path: string; readonly reason: string }[]): string {
    const lines = problems.map(({ path, reason }) => `  ${path}: ${reason}`);
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    return [`the assembly has ${count}:`, ...lines].join("\n");
}
