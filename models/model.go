package models

// Model is one trained model of an app.
type Model struct {
	Resource
	Type   ModelType
	Notes  string // Markdown
	UsedBy int    // workflows that a deletion would leave deprecated (model page only)
}

// ModelType says what a model takes and gives. It is chosen when the model is made and never changes: workflows rely on it.
type ModelType string

// modelTypes are the types that there are, in the order in which they are offered.
var modelTypes = []struct {
	key            ModelType
	label, meaning string
}{
	{"text-classifier", "Text classifier", "Text in, one or more labels out."},
	{"text-generator", "Text generator", "Text in, new text out."},
	{"text-embedder", "Text embedder", "Text in, a vector out."},
	{"text-token-classifier", "Text token classifier", "Text in, labelled pieces of it out, such as names."},
	{"visual-classifier", "Visual classifier", "An image in, one or more labels out."},
	{"visual-detector", "Visual detector", "An image in, boxes with labels out."},
	{"visual-segmenter", "Visual segmenter", "An image in, masks with labels out."},
	{"visual-embedder", "Visual embedder", "An image in, a vector out."},
	{"visual-generator", "Visual generator", "Text or an image in, a new image out."},
	{"audio-classifier", "Audio classifier", "Sound in, one or more labels out."},
	{"audio-transcriber", "Audio transcriber", "Speech in, text out."},
	{"multimodal-generator", "Multimodal generator", "Text, images or sound in, text out."},
	{"multimodal-embedder", "Multimodal embedder", "Text or an image in, a vector that compares both out."},
	{"series-forecaster", "Series forecaster", "Numbers over time in, the next ones out."},
	{"tracker", "Tracker", "Detections of one image after another in, tracks out."},
	{"operator", "Operator", "Rules rather than training: filters, merges and counts what other models give."},
}

// ModelTypes returns every type, in the order in which they are offered.
func ModelTypes() []ModelType {
	all := make([]ModelType, len(modelTypes))
	for i, t := range modelTypes {
		all[i] = t.key
	}
	return all
}

// Label is what people see, such as "Visual detector"; of a type that is not known, its key.
func (t ModelType) Label() string {
	for _, known := range modelTypes {
		if known.key == t {
			return known.label
		}
	}
	return string(t)
}

// Meaning is the type in one line.
func (t ModelType) Meaning() string {
	for _, known := range modelTypes {
		if known.key == t {
			return known.meaning
		}
	}
	return ""
}

// ParseModelType reads a type that was chosen.
func ParseModelType(field, chosen string) (ModelType, error) {
	for _, known := range modelTypes {
		if string(known.key) == chosen {
			return known.key, nil
		}
	}
	return "", RefuseField(field, "Choose the type of the model.")
}

// ModelChange is what creating or editing a model saves.
type ModelChange struct {
	Slug        Slug      // only when created; it never changes
	Type        ModelType // only when created; it never changes
	Description string
	Notes       string
}

// ModelsDeleted is how many models a deletion takes, and how many workflows it leaves deprecated.
type ModelsDeleted struct{ Models, Workflows int }
