package main

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestExitCodes(t *testing.T) {
	for script, want := range map[string]struct {
		bail bool
		text string
	}{
		"exit 0":     {},
		"exit 32":    {bail: true},
		"exit 3":     {text: "exit status 3"},
		"kill -9 $$": {text: "signal: killed"},
	} {
		got := runResponse(exec.Command("sh", "-c", script).Run())
		if got.GetBail() != want.bail || !strings.Contains(got.GetError(), want.text) || (want.text == "") != (got.GetError() == "") {
			t.Errorf("%s: got bail %v, error %q", script, got.GetBail(), got.GetError())
		}
	}
}

func TestAProgramThatCannotStartIsAnError(t *testing.T) {
	if got := runResponse(errors.New("no node")); !strings.Contains(got.GetError(), "could not be started: no node") {
		t.Errorf("got %q", got.GetError())
	}
}

func TestCancelEndsTheHost(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	host := &languageHost{running: ctx, stop: stop}
	if _, err := host.Cancel(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
		t.Error("the host still runs")
	}
}
