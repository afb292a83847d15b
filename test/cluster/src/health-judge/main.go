// Judges the health of objects with the code of the tools that judge it on users' clusters: kstatus (Helm, kpt), Flux's
// evaluator of CEL health checks, and the Lua interpreter of Argo CD with the libraries that Argo CD opens.
//
// It reads one JSON request a line, {"object": …, "lua": …, "cel": {"current": …, "failed": …, "inProgress": …}}, and answers
// each with a line: {"kstatus": "Current", "lua": "Healthy", "cel": "Current"}, or {"error": …}.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type request struct {
	Object json.RawMessage                  `json:"object"`
	Lua    string                           `json:"lua"`
	CEL    kustomize.HealthCheckExpressions `json:"cel"`
}

type answer struct {
	Kstatus string `json:"kstatus,omitempty"`
	Lua     string `json:"lua,omitempty"`
	CEL     string `json:"cel,omitempty"`
	Error   string `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			judged, failure := judge(line)
			if failure != nil {
				judged = answer{Error: failure.Error()}
			}
			text, _ := json.Marshal(judged)
			fmt.Fprintln(out, string(text))
		}
		if err != nil {
			return
		}
	}
}

func judge(line []byte) (answer, error) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{}, err
	}
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(asked.Object); err != nil {
		return answer{}, err
	}
	result, err := status.Compute(object)
	if err != nil {
		return answer{}, fmt.Errorf("kstatus: %w", err)
	}
	judged := answer{Kstatus: result.Status.String()}
	if asked.Lua != "" {
		if judged.Lua, err = argo(object, asked.Lua); err != nil {
			return answer{}, fmt.Errorf("lua: %w", err)
		}
	}
	if asked.CEL.Current != "" {
		evaluator, err := cel.NewStatusEvaluator(&asked.CEL)
		if err != nil {
			return answer{}, fmt.Errorf("cel: %w", err)
		}
		result, err := evaluator.Evaluate(context.Background(), object)
		if err != nil {
			return answer{}, fmt.Errorf("cel: %w", err)
		}
		judged.CEL = result.Status.String()
	}
	return judged, nil
}

// argo runs a health check as Argo CD does (util/lua/lua.go): the object is the global obj, the answer a table.
func argo(object *unstructured.Unstructured, script string) (string, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage,
		lua.BaseLibName: lua.OpenBase,
		lua.TabLibName:  lua.OpenTable,
	} {
		state.Push(state.NewFunction(open))
		state.Push(lua.LString(name))
		state.Call(1, 0)
	}
	state.SetGlobal("obj", toLua(state, object.Object))
	if err := state.DoString(script); err != nil {
		return "", err
	}
	health, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return "", fmt.Errorf("expected a table, got %s", state.Get(-1).Type())
	}
	return health.RawGetString("status").String(), nil
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case string:
		return lua.LString(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case []any:
		table := state.CreateTable(len(value), 0)
		for _, item := range value {
			table.Append(toLua(state, item))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(value))
		for key, item := range value {
			table.RawSetString(key, toLua(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}
