{{- if ne .Release.Namespace "rollcall-system" }}
{{- fail "Rollcall's operator lives in the namespace rollcall-system: add --namespace rollcall-system --create-namespace" }}
{{- end }}
