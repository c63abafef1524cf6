import type { MachineEntry } from "../../providers/qemu/journal/entry";
import { qemuArguments } from "../../providers/qemu/machine/arguments";
import { readSettings, startedWith } from "../../providers/qemu/settings";
import { identity, image, machine } from "./support/host";

const built = { kernelPath: "/store/kernel", initrdPath: "/store/initrd", cmdline: "quiet" };

function argumentsOf(
    changes: Parameters<typeof machine>[0] = {},
    accelerator: "tcg" | "kvm" = "tcg",
    architecture: "amd64" | "arm64" = "amd64",
    id = "5b4c3189-117d-4acc-a8bd-e25559fefa3d",
): string {
    const ports = [
        { guest: 6379, host: 20001, protocol: "tcp", address: "127.0.0.1" },
        { guest: 53, host: 20002, protocol: "udp", address: "0.0.0.0" },
    ];
    const settings = readSettings(machine({ ports, ...changes }));
    const entry: MachineEntry = {
        version: 1,
        id,
        identity: settings.identity,
        architecture,
        digest: "",
        ports: settings.ports,
        worker: { pid: 1, startTime: "" },
    };
    return qemuArguments(entry, settings, built, accelerator).join(" ");
}

test("under TCG: one CPU without cmpxchg16b, the image, a console, the ports", () => {
    const line = argumentsOf({ kernelArguments: ["debug"] });
    expect(line).toContain("-machine q35 -accel tcg -cpu max,-cx16 -smp 1 -m 256M");
    expect(line).toContain("-kernel /store/kernel -initrd /store/initrd -append quiet console=ttyS0 panic=-1 debug ");
    expect(line).toContain("hostfwd=tcp:127.0.0.1:20001-:6379,hostfwd=udp:0.0.0.0:20002-:53");
    expect(line).toContain("-uuid 5b4c3189-117d-4acc-a8bd-e25559fefa3d");
});

test("the host's own CPU under hardware acceleration, and the settings that were asked for", () => {
    expect(argumentsOf({ cpus: 4, memory: "1.5 GB" }, "kvm")).toContain("-accel kvm -cpu host -smp 4 -m 1536M");
});

test("the first interface has a hardware address of the machine's own, which its next start does not change", () => {
    const own = /-device virtio-net-pci,netdev=net0,mac=(02(?::[0-9a-f]{2}){5}),romfile= /;
    const addressOf = (...given: Parameters<typeof argumentsOf>) => own.exec(argumentsOf(...given))?.[1];
    const address = addressOf();
    expect(address).toBeDefined();
    expect(addressOf({ cpus: 4, kernelArguments: ["debug"] }, "kvm")).toBe(address);
    expect(addressOf({}, "tcg", "amd64", "0c36d1e0-4b5a-4e08-9f26-3e6a3b3f7b11")).not.toBe(address);
});

test("arm64 has its own machine and console", () => {
    const line = argumentsOf({}, "tcg", "arm64");
    expect(line).toContain("-machine virt,gic-version=max -accel tcg -cpu max,pauth-impdef=on");
    expect(line).toContain("console=ttyAMA0");
    expect(line).toContain("-device virtio-keyboard-pci");
});

test("user data is in a file, since whoever lists processes sees arguments", () => {
    const line = argumentsOf({ userData: { key: { content: "hunter2" } } });
    expect(line).toContain("-fw_cfg name=opt/org.linuxkit/user-data,file=user-data ");
    expect(line).not.toContain("hunter2");
});

test("a name cannot add an option", () => {
    expect(argumentsOf({ identity: identity("a,debug-threads=on b") })).toContain(
        "-name guest=shop/dev/a_debug-threads_on_b -uuid",
    );
});

test("what a start is compared by keeps its form, or every machine would be started again", () => {
    const settings = readSettings(machine({ ports: [{ guest: 1, host: 2, protocol: "tcp", address: "127.0.0.1" }] }));
    expect(JSON.stringify(startedWith(settings))).toBe(
        `{"image":"${(image() as { digest: string }).digest}","memoryBytes":268435456,"cpus":1,"ports":[{"guest":1,"host":2,"protocol":"tcp","address":"127.0.0.1"}],"kernelArguments":[],"accelerator":null}`,
    );
});
