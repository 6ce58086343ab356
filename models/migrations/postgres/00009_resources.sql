-- +goose Up
-- Models, workflows, modules and installed modules: the four kinds have the same first columns, so that one piece of code lists them.
CREATE TABLE models (
    id uuid CONSTRAINT models_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    app_id uuid NOT NULL,
    slug text NOT NULL,
    slug_norm text NOT NULL COLLATE "C",
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT models_visibility_ck CHECK (visibility IN ('private', 'organization', 'public')),
    search text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_by uuid CONSTRAINT models_by_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    type text NOT NULL,
    notes text NOT NULL DEFAULT '',
    CONSTRAINT models_slug_uq UNIQUE (app_id, slug_norm),
    CONSTRAINT models_tenant_uq UNIQUE (organization_id, id),
    CONSTRAINT models_app_fk FOREIGN KEY (organization_id, app_id) REFERENCES apps (organization_id, id)
);

CREATE TABLE workflows (
    id uuid CONSTRAINT workflows_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    app_id uuid NOT NULL,
    slug text NOT NULL,
    slug_norm text NOT NULL COLLATE "C",
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT workflows_visibility_ck CHECK (visibility IN ('private', 'organization', 'public')),
    search text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_by uuid CONSTRAINT workflows_by_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- When a model that it uses was deleted; NULL while it works.
    deprecated_at timestamptz,
    CONSTRAINT workflows_app_uq UNIQUE (app_id, id),
    CONSTRAINT workflows_slug_uq UNIQUE (app_id, slug_norm),
    CONSTRAINT workflows_tenant_uq UNIQUE (organization_id, id),
    CONSTRAINT workflows_app_fk FOREIGN KEY (organization_id, app_id) REFERENCES apps (organization_id, id)
);

CREATE TABLE workflow_nodes (
    organization_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    position integer NOT NULL,
    slug text NOT NULL,
    -- NULL when the model was deleted; lost_model is then how it was called.
    model_id uuid,
    lost_model text NOT NULL DEFAULT '',
    inputs text NOT NULL,
    CONSTRAINT workflow_nodes_pk PRIMARY KEY (workflow_id, position),
    CONSTRAINT workflow_nodes_lost_ck CHECK ((model_id IS NULL) = (lost_model <> '')),
    CONSTRAINT workflow_nodes_workflow_fk FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id),
    CONSTRAINT workflow_nodes_model_fk FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id)
);
CREATE INDEX workflow_nodes_model_ix ON workflow_nodes (model_id);

-- An app whose base is one of its own workflows; without a row it is one of the built-in ones. A table of its own, so that the key of two
-- columns holds it to the app on both databases, and the workflow cannot be deleted while it is in use.
CREATE TABLE base_workflows (
    app_id uuid CONSTRAINT base_workflows_pk PRIMARY KEY,
    workflow_id uuid NOT NULL,
    CONSTRAINT base_workflows_workflow_fk FOREIGN KEY (app_id, workflow_id) REFERENCES workflows (app_id, id)
);

CREATE TABLE modules (
    id uuid CONSTRAINT modules_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    app_id uuid NOT NULL,
    slug text NOT NULL,
    slug_norm text NOT NULL COLLATE "C",
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT modules_visibility_ck CHECK (visibility IN ('private', 'organization', 'public')),
    search text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_by uuid CONSTRAINT modules_by_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT modules_slug_uq UNIQUE (app_id, slug_norm),
    CONSTRAINT modules_tenant_uq UNIQUE (organization_id, id),
    CONSTRAINT modules_app_fk FOREIGN KEY (organization_id, app_id) REFERENCES apps (organization_id, id)
);
CREATE INDEX modules_catalogue_ix ON modules (organization_id, slug_norm, id);

CREATE TABLE module_versions (
    id uuid CONSTRAINT module_versions_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    module_id uuid NOT NULL,
    slug text NOT NULL,
    slug_norm text NOT NULL COLLATE "C",
    url text NOT NULL,
    notes text NOT NULL DEFAULT '',
    created_by uuid CONSTRAINT module_versions_by_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    CONSTRAINT module_versions_slug_uq UNIQUE (module_id, slug_norm),
    CONSTRAINT module_versions_tenant_uq UNIQUE (organization_id, id),
    CONSTRAINT module_versions_module_fk FOREIGN KEY (organization_id, module_id) REFERENCES modules (organization_id, id)
);

CREATE TABLE module_installs (
    id uuid CONSTRAINT module_installs_pk PRIMARY KEY,
    organization_id uuid NOT NULL,
    app_id uuid NOT NULL,
    slug text NOT NULL,
    slug_norm text NOT NULL COLLATE "C",
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT module_installs_visibility_ck CHECK (visibility IN ('private', 'organization', 'public')),
    search text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_by uuid CONSTRAINT module_installs_by_fk REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version_id uuid NOT NULL,
    CONSTRAINT module_installs_version_fk FOREIGN KEY (organization_id, version_id) REFERENCES module_versions (organization_id, id),
    CONSTRAINT module_installs_slug_uq UNIQUE (app_id, slug_norm),
    CONSTRAINT module_installs_tenant_uq UNIQUE (organization_id, id),
    CONSTRAINT module_installs_app_fk FOREIGN KEY (organization_id, app_id) REFERENCES apps (organization_id, id)
);
CREATE INDEX module_installs_version_ix ON module_installs (version_id);
