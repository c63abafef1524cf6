package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

func runRequest(t *testing.T) *pulumirpc.RunRequest {
	t.Helper()
	root := t.TempDir()
	program := filepath.Join(root, "deep", "program")
	for _, directory := range []string{program, filepath.Join(root, runner)} {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return &pulumirpc.RunRequest{
		Project: "redis-os", Stack: "dev", Organization: "org", Pwd: program, Parallel: 16, MonitorAddress: "127.0.0.1:1",
		Config:           map[string]string{"redis-os:config:password": "se\"cret"},
		ConfigSecretKeys: []string{"redis-os:config:password"},
		Info:             &pulumirpc.ProgramInfo{RootDirectory: root, ProgramDirectory: program, EntryPoint: "."},
	}
}

func programOf(t *testing.T, req *pulumirpc.RunRequest) *exec.Cmd {
	t.Helper()
	command, err := programCommand(context.Background(), req, "127.0.0.1:2")
	if err != nil {
		t.Fatal(err)
	}
	return command
}

func TestTheRunnerGetsTheProgramAndItsSurroundings(t *testing.T) {
	req := runRequest(t)
	root := req.GetInfo().GetRootDirectory()
	command := programOf(t, req)
	want := []string{
		"node", filepath.Join(root, runner), "--monitor=127.0.0.1:1", "--engine=127.0.0.1:2", "--organization=org",
		"--project=redis-os", "--stack=dev", "--root-directory=" + root, "--pwd=" + req.GetPwd(), "--parallel=16", ".",
	}
	if !slices.Equal(command.Args, want) {
		t.Errorf("got %q, want %q", command.Args, want)
	}
	if command.Dir != req.GetInfo().GetProgramDirectory() {
		t.Errorf("runs in %s", command.Dir)
	}
}

func TestAPreviewIsADryRun(t *testing.T) {
	req := runRequest(t)
	req.DryRun = true
	if args := programOf(t, req).Args; !slices.Equal(args[len(args)-2:], []string{"--dry-run", "."}) {
		t.Errorf("got %q", args)
	}
}

func TestConfigurationGoesThroughTheEnvironment(t *testing.T) {
	for _, want := range []string{
		`PULUMI_CONFIG={"redis-os:config:password":"se\"cret"}`,
		`PULUMI_CONFIG_SECRET_KEYS=["redis-os:config:password"]`,
		"PULUMI_NODEJS_TYPESCRIPT=true",
	} {
		if environment := programOf(t, runRequest(t)).Env; !slices.Contains(environment, want) {
			t.Errorf("%s is not in %q", want, environment)
		}
	}
}

func TestAStackWithoutConfigurationHasAnEmptyOne(t *testing.T) {
	req := runRequest(t)
	req.Config, req.ConfigSecretKeys = nil, nil
	for _, want := range []string{"PULUMI_CONFIG={}", "PULUMI_CONFIG_SECRET_KEYS=[]"} {
		if environment := programOf(t, req).Env; !slices.Contains(environment, want) {
			t.Errorf("%s is not in %q", want, environment)
		}
	}
}

func TestTypeScriptCanBeTurnedOff(t *testing.T) {
	options, err := structpb.NewStruct(map[string]any{"typescript": false})
	if err != nil {
		t.Fatal(err)
	}
	req := runRequest(t)
	req.Info.Options = options
	if environment := programOf(t, req).Env; !slices.Contains(environment, "PULUMI_NODEJS_TYPESCRIPT=false") {
		t.Errorf("got %q", environment)
	}
}

func TestAMissingPackageIsNamed(t *testing.T) {
	req := runRequest(t)
	req.Info.ProgramDirectory = t.TempDir()
	_, err := programCommand(context.Background(), req, "")
	if err == nil || !strings.Contains(err.Error(), "@pulumi/pulumi is not installed in "+req.Info.ProgramDirectory) {
		t.Errorf("got %v", err)
	}
}
