plugins {
    id("com.android.library") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.4.10"
}

android {
    namespace = "qince.leads"
    compileSdk = 36

    defaultConfig {
        // For java.time.
        minSdk = 26
        consumerProguardFiles("consumer-rules.pro")
    }

    sourceSets["main"].apply {
        manifest.srcFile("AndroidManifest.xml")
        // The same sources as on the JVM, but for the JDK's HTTP client, which Android does not have.
        kotlin.srcDirs("../src/main/kotlin", "../src/generated/kotlin", "../build/uniffi", "src")
        kotlin.exclude { it.file.name == "JdkTransport.kt" || it.file.path.endsWith("main/kotlin/qince/leads/Platform.kt") }
        jniLibs.srcDir("build/jniLibs")
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }
}

kotlin {
    explicitApi()
    compilerOptions.jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_11
}

repositories {
    google()
    mavenCentral()
}

dependencies {
    implementation("net.java.dev.jna:jna:5.19.1@aar")
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.11.0")
    api("com.squareup.okhttp3:okhttp:5.5.1")
}
