package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	runner          = "node_modules/@pulumi/pulumi/cmd/run"
	killGracePeriod = 3 * time.Second
)

// programCommand is the node process that runs the user's program, not started yet.
func programCommand(ctx context.Context, req *pulumirpc.RunRequest, engine string) (*exec.Cmd, error) {
	directory := req.GetInfo().GetProgramDirectory()
	runnerPath, err := findUpwards(directory, runner)
	if err != nil {
		return nil, err
	}
	environment, err := programEnvironment(req)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "node", append([]string{runnerPath}, runnerArguments(req, engine)...)...)
	command.Dir = directory
	command.Env = append(os.Environ(), environment...)
	command.Stdout = os.Stdout
	command.Stderr = os.Stderr
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = killGracePeriod
	return command, nil
}

func runnerArguments(req *pulumirpc.RunRequest, engine string) []string {
	arguments := []string{
		"--monitor=" + req.GetMonitorAddress(),
		"--engine=" + engine,
		"--organization=" + req.GetOrganization(),
		"--project=" + req.GetProject(),
		"--stack=" + req.GetStack(),
		"--root-directory=" + req.GetInfo().GetRootDirectory(),
		"--pwd=" + req.GetPwd(),
		"--parallel=" + strconv.Itoa(int(req.GetParallel())),
	}
	if req.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(arguments, req.GetInfo().GetEntryPoint())
	return append(arguments, req.GetArgs()...)
}

func programEnvironment(req *pulumirpc.RunRequest) ([]string, error) {
	config := map[string]string{}
	maps.Copy(config, req.GetConfig())
	configJSON, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	secretKeysJSON, err := json.Marshal(append([]string{}, req.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	return []string{
		"PULUMI_CONFIG=" + string(configJSON),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretKeysJSON),
		"PULUMI_NODEJS_TYPESCRIPT=" + strconv.FormatBool(wantsTypeScript(req)),
	}, nil
}

// wantsTypeScript is true unless Pulumi.yaml says `runtime: {options: {typescript: false}}`.
func wantsTypeScript(req *pulumirpc.RunRequest) bool {
	option, given := req.GetInfo().GetOptions().AsMap()["typescript"]
	return !given || option != false
}

// findUpwards looks for a path below a directory or any of its parents, as Node resolves packages.
func findUpwards(directory, path string) (string, error) {
	for at := directory; ; at = filepath.Dir(at) {
		candidate := filepath.Join(at, path)
		if _, err := os.Stat(candidate); err == nil {
			return candidate, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("@pulumi/pulumi is not installed in %s or above: run npm install there", directory)
		}
	}
}
